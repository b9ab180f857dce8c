package dev.portcullis.edge.files;

import java.util.List;

class EmbeddedFilesIT extends FilesContract {
    @Override
    List<String> store() {
        return List.of();
    }
}
