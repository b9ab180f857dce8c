package dev.portcullis.edge.files;

import java.util.List;

class EmbeddedEndingFilesIT extends EndingFilesContract {
    @Override
    List<String> stores() {
        return List.of("archive.kind=embedded");
    }
}
