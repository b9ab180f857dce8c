package dev.portcullis.edge.files;

import java.util.List;

class EmbeddedDirectFilesIT extends DirectFilesContract {
    @Override
    List<String> store() {
        return List.of();
    }
}
