package dev.portcullis.uploads.disk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * Tells one folder of files from another, as an empty one where a disk is not mounted: what is not there would be taken for
 * lost, and its rows would end.
 *
 * @param file the file that has the value
 */
public record FolderId(String value, Path file) {
    private static final Pattern FORM = Pattern.compile("[0-9a-f-]{36}");

    /** The id of a folder, which is drawn when there is none. Only one process may use the folder. */
    static FolderId in(Path folder) throws IOException {
        Path file = folder.resolve("id");
        if (!Files.exists(file)) {
            Path written = folder.resolve("id.new");
            Files.writeString(written, UUID.randomUUID().toString());
            PathSync.file(written);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            PathSync.folder(folder);
        }
        String value = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).strip();
        if (!FORM.matcher(value).matches()) {
            throw new IOException(file + " has no id of a folder");
        }
        return new FolderId(value, file);
    }
}
