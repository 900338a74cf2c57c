"""One formula on the bench: everything that can be asked of it, asked once and kept."""
