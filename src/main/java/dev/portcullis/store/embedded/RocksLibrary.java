package dev.portcullis.store.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.rocksdb.NativeLibraryLoader;
import org.rocksdb.RocksDB;
import org.rocksdb.util.Environment;

/**
 * Loads RocksDB's native library. In the packages it is a file of the library path. Else it is in the jar, and must be a file
 * while the JVM loads it. RocksDB itself deletes that file when the JVM exits normally, but not on a halt or a kill: each
 * such run would leave 15 MB behind.
 */
final class RocksLibrary {
    private RocksLibrary() {}

    /** Loads the library. One of the library path needs no folder for temporary files, which may be closed to this process. */
    static void load() throws IOException {
        try {
            System.loadLibrary(Environment.getJniLibraryName("rocksdb"));
        } catch (UnsatisfiedLinkError inTheJar) {
            unpack();
        }
        RocksDB.loadLibrary();
    }

    /**
     * Loads the library of the jar, and deletes its file, which a loaded library does not need. If the system keeps the file,
     * as Windows does, the folder remains.
     */
    private static void unpack() throws IOException {
        Path folder =
                Files.createTempDirectory("portcullis-engine-"); // only the owner can replace files in it (CWE-379)
        try {
            NativeLibraryLoader.getInstance().loadLibrary(folder.toString());
        } finally {
            StoreFolder.delete(folder);
        }
    }
}
