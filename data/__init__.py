"""The store, imports, mappings and policies on disk, the sample history, and the command line."""
