package dev.portcullis.uploads.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Makes what was written outlive a crash of the machine. */
final class PathSync {
    private PathSync() {}

    static void file(Path file) throws IOException {
        force(file, StandardOpenOption.WRITE);
    }

    /** The names in a folder. */
    static void folder(Path folder) throws IOException {
        force(folder, StandardOpenOption.READ);
    }

    private static void force(Path path, StandardOpenOption mode) throws IOException {
        try (FileChannel channel = FileChannel.open(path, mode)) {
            channel.force(true);
        }
    }
}
