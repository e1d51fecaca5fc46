"""Looking at recordings: contact sheets, moments, and what has changed since the last one."""
