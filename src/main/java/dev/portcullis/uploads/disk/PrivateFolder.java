package dev.portcullis.uploads.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A folder that no other user of the machine may read (CWE-732). */
final class PrivateFolder {
    private static final String RIGHTS = "rwx------";

    private PrivateFolder() {}

    /** Makes it, and those above it as needed. One that exists stays as it is. */
    static void create(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(RIGHTS)));
        }
    }
}
