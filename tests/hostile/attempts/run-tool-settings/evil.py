open('@OUT@/ran', 'w')
