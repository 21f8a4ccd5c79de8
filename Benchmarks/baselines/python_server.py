"""The official Python SDK's high-level server with one tool: what most tool servers in the wild are made of."""

from mcp.server.mcpserver import MCPServer

server = MCPServer("baseline", log_level="ERROR")


@server.tool()
def add(a: int, b: int) -> int:
    """Adds two numbers."""
    return a + b


if __name__ == "__main__":
    server.run("stdio")
