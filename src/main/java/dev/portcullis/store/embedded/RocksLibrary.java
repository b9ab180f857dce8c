package dev.portcullis.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;

/**
 * RocksDB's native library. It lies in a jar and must be a file while the machine loads it. Left to itself RocksDB deletes
 * that file when the JVM exits, which neither a halt nor a kill comes to: each run would leave 15 MB behind.
 */
final class RocksLibrary {
    private RocksLibrary() {}

    /** What is loaded stays loaded without its file. Where the system keeps it, as Windows does, the folder remains. */
    static void load() throws IOException {
        Path folder =
                Files.createTempDirectory("portcullis-engine-"); // the owner's alone: nobody else swaps it (CWE-379)
        try {
            NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
        } finally {
            StoreFolder.delete(folder);
        }
        RocksDB.loadLibrary();
    }
}
