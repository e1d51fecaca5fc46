"""Programs behind glass: a system they can only read, a home of their own, and nothing that is the person's."""
