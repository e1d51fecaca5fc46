"""The server with which agents edit an episode, by the Model Context Protocol (MCP)."""
