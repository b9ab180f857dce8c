package dev.portcullis.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/**
 * Loads RocksDB's native library. The library is in a jar, and must be a file while the JVM loads it. RocksDB itself
 * deletes that file when the JVM exits normally, but not on a halt or a kill: each such run would leave 15 MB behind.
 */
final class RocksLibrary {
    private RocksLibrary() {}

    /**
     * Loads the library, and deletes its file, which a loaded library does not need. If the system keeps the file, as Windows
     * does, the folder remains.
     */
    static void load() throws IOException {
        Path folder =
                Files.createTempDirectory("portcullis-engine-"); // only the owner can replace files in it (CWE-379)
        try {
            NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
        } finally {
            StoreFolder.delete(folder);
        }
        RocksDB.loadLibrary();
    }
}
