package dev.portcullis.edge.files;

import java.util.List;

class EmbeddedFilesTest extends FilesContract {
    @Override
    List<String> store() {
        return List.of();
    }
}
