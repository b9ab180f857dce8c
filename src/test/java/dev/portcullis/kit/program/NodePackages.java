package dev.portcullis.kit.program;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The packages of npm that tests need, as {@code src/test/node/package-lock.json} pins them, each with the hash of its
 * content. They are installed once for a build folder, without running a script of theirs.
 */
public final class NodePackages {
    private static final Path PINNED = Path.of("src/test/node");
    private static final Path FOLDER = Path.of("target/node");
    private static final String LOCK = "package-lock.json";
    private static final List<String> INSTALL = List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund");

    private NodePackages() {}

    /** The folder of the packages. Leaves the test out, visibly, where npm is not installed or does not reach a registry. */
    public static Path folder() throws IOException, InterruptedException {
        Optional<Path> folder = find();
        assumeTrue(
                folder.isPresent(),
                "npm is not installed, or can't install packages, so what needs them is not tried: " + FOLDER);
        return folder.get();
    }

    /** The folder of the packages, where npm can install them. */
    public static Optional<Path> find() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        try (FileChannel guard =
                FileChannel.open(FOLDER.resolve("guard"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            var unused = guard.lock(); // other test processes use the folder too; it is unlocked when the channel ends
            return isInstalled() || install() ? Optional.of(FOLDER.toAbsolutePath()) : Optional.empty();
        }
    }

    private static boolean isInstalled() throws IOException {
        Path installed = FOLDER.resolve("installed.json");
        return Files.exists(installed) && Files.mismatch(installed, PINNED.resolve(LOCK)) < 0;
    }

    private static boolean install() throws IOException, InterruptedException {
        if (!Program.succeeds("npm", "--version")) {
            return false;
        }
        for (String name : List.of("package.json", LOCK)) {
            Files.copy(PINNED.resolve(name), FOLDER.resolve(name), StandardCopyOption.REPLACE_EXISTING);
        }
        try (Program npm = Program.startIn(FOLDER, FOLDER, INSTALL, Map.of())) {
            if (!npm.hasSucceeded()) {
                return false;
            }
        }
        Files.copy(PINNED.resolve(LOCK), FOLDER.resolve("installed.json"), StandardCopyOption.REPLACE_EXISTING);
        return true;
    }
}
