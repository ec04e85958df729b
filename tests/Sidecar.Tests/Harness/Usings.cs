global using Mesh.Protocol;
