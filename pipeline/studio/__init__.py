"""What a person can ask of Lectern: one file a verb. All verbs share their parameters: folder, config, trust, listen, wait, agree."""
