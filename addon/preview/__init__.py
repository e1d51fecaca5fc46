"""What Lectern draws in the preview and over the timeline, and the handles there: computed apart from drawing, so that it can be tested."""
