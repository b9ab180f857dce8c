package dev.portcullis.edge.files;

import java.util.List;

class StoppedFilesTest extends StoppedFilesContract {
    @Override
    List<String> store() {
        return List.of();
    }
}
