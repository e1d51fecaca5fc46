"""Language models: what they are asked, how each kind of service is spoken to, and programs that answer like one."""
