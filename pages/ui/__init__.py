"""What the pages are drawn with: filters, loads, charts, blocks, exports."""
