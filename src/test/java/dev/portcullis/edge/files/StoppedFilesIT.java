package dev.portcullis.edge.files;

import java.util.List;

class StoppedFilesIT extends StoppedFilesContract {
    @Override
    List<String> store() {
        return List.of();
    }
}
