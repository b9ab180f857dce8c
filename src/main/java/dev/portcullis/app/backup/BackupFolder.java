package dev.portcullis.app.backup;

import dev.portcullis.protocol.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** The folder of a backup: {@code store} and maybe {@code files}, a manifest, and last the sums of all of them. */
record BackupFolder(Path root) {
    static final String MANIFEST = "manifest.json";

    private static final String STORE = "store";
    private static final String FILES = "files";

    /** What a whole backup says of itself. */
    record Contents(BackupManifest manifest, BackupSums sums) {}

    Path store() {
        return root.resolve(STORE);
    }

    Path files() {
        return root.resolve(FILES);
    }

    Path file(String name) {
        return root.resolve(name);
    }

    /** Reads what it says of itself, without a look into its files. Refused with the reason why it is no whole backup. */
    Result<Contents, String> read() throws IOException {
        Optional<String> sums = text(BackupSums.NAME);
        if (sums.isEmpty()) {
            return Result.refused(
                    Files.isDirectory(root)
                            ? "it has no " + BackupSums.NAME + ": the backup broke off, or this is none"
                            : "there is no such folder");
        }
        return then(BackupSums.parse(sums.get()), this::withManifest);
    }

    private Result<Contents, String> withManifest(BackupSums sums) throws IOException {
        TreeSet<String> present = new TreeSet<>(names());
        for (String name : sums.byName().keySet()) {
            if (!present.remove(name)) {
                return Result.refused("the file " + name + " is missing");
            }
        }
        if (!present.isEmpty()) {
            return Result.refused("the file " + present.first() + " is not part of it");
        }
        Optional<String> manifest = text(MANIFEST);
        if (manifest.isEmpty() || !sums.byName().containsKey(MANIFEST)) {
            return Result.refused("the file " + MANIFEST + " is missing");
        }
        return then(BackupManifest.parse(manifest.get()), parsed -> Result.done(new Contents(parsed, sums)));
    }

    /** The files but for that of the sums, by their names in it. */
    private TreeSet<String> names() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> all = Files.walk(root)) {
            all.filter(file -> !Files.isDirectory(file))
                    .map(file -> nameOf(root, file))
                    .filter(name -> !name.equals(BackupSums.NAME))
                    .forEach(names::add);
        }
        return names;
    }

    static String nameOf(Path folder, Path file) {
        return folder.relativize(file).toString().replace('\\', '/');
    }

    private Optional<String> text(String name) throws IOException {
        try {
            return Optional.of(new String(Files.readAllBytes(file(name)), StandardCharsets.ISO_8859_1));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        }
    }

    /** A step that reads files. */
    @FunctionalInterface
    private interface Step<T, R> {
        Result<R, String> apply(T value) throws IOException;
    }

    private static <T, R> Result<R, String> then(Result<T, String> before, Step<T, R> step) throws IOException {
        return before instanceof Result.Done<T, String> done
                ? step.apply(done.value())
                : before.fold(value -> Result.refused(""), Result::refused);
    }

    /** What is wrong; empty for a done result. */
    static <T> Optional<String> defect(Result<T, String> result) {
        return result.fold(value -> Optional.empty(), Optional::of);
    }

    static <T, R> Result<R, String> map(Result<T, String> result, Function<T, R> next) {
        return result.fold(value -> Result.done(next.apply(value)), Result::refused);
    }
}
