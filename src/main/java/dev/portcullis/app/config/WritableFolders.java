package dev.portcullis.app.config;

import dev.portcullis.config.Problem;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.uploads.UploadsConfig;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether this user can write to the folders that a node needs. Asks the system, and creates nothing. */
public final class WritableFolders {
    private WritableFolders() {}

    /** One problem for each folder that the start would fail on. */
    public static List<Problem> problems(NodeConfig config) {
        Map<String, Optional<String>> folders = new LinkedHashMap<>();
        if (config.store().kind() == StoreConfig.Kind.EMBEDDED) {
            folders.put("store.path", config.store().path());
        }
        if (config.uploads().kind() == UploadsConfig.Kind.DISK) {
            folders.put("uploads.folder", config.uploads().folder());
        }
        folders.put("audit.file.path", config.auditFile().path());
        List<Problem> problems = new ArrayList<>();
        folders.forEach((key, folder) -> folder.flatMap(WritableFolders::obstacle)
                .ifPresent(what -> problems.add(new Problem(
                        key,
                        what,
                        "run this as the user of the node, let that user write there, or set another path"))));
        return problems;
    }

    private static Optional<String> obstacle(String folder) {
        try {
            return obstacle(Path.of(folder).toAbsolutePath().normalize());
        } catch (InvalidPathException invalid) {
            return Optional.of("is no path");
        }
    }

    private static Optional<String> obstacle(Path folder) {
        Path nearest = nearest(folder);
        if (!Files.isDirectory(nearest)) {
            return Optional.of("is " + folder + ", but " + nearest + " is no folder");
        }
        if (Files.isWritable(nearest) && Files.isExecutable(nearest)) {
            return Optional.empty();
        }
        return Optional.of(
                nearest.equals(folder)
                        ? "is " + folder + ", where this user can't write"
                        : "is " + folder + ", which does not exist, and this user can't create it in " + nearest);
    }

    /** The folder, or what there is of the way to it. */
    private static Path nearest(Path folder) {
        @Nullable Path at = folder;
        while (at != null && !Files.exists(at)) {
            at = at.getParent();
        }
        return at == null ? folder : at;
    }
}
