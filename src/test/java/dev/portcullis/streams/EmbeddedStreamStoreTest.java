package dev.portcullis.streams;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedStreamStoreTest extends StreamStoreContract {
    @TempDir
    Path folder;

    @Override
    Life open() throws Exception {
        return EmbeddedLife.open(folder, clock);
    }
}
