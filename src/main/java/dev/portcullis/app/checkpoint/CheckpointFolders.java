package dev.portcullis.app.checkpoint;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.uploads.UploadsConfig;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a node keeps its data, and where in it its checkpoints are: inside of the folders, since links need the same file system,
 * and no other user may enter. The node and the commands on its machine find them by the configuration; no call names a path.
 *
 * @param store the folder of the embedded store
 * @param files the folder of uploaded files; empty where there are none on a disk
 */
public record CheckpointFolders(Path store, Optional<Path> files) {
    private static final String FOLDER = "checkpoints";

    /** The folders of a node; empty where its store is no folder that lasts. */
    public static Optional<CheckpointFolders> of(NodeConfig config) {
        UploadsConfig uploads = config.uploads();
        return config.store()
                .path()
                .filter(any -> !config.usesRedis())
                .map(path -> new CheckpointFolders(
                        Path.of(path),
                        uploads.folder()
                                .filter(any -> uploads.kind() == UploadsConfig.Kind.DISK)
                                .map(Path::of)));
    }

    /** The checkpoint of the store. */
    public Path storeOf(String checkpoint) {
        return in(store).resolve(checkpoint);
    }

    /** The checkpoint of the files. */
    public Optional<Path> filesOf(String checkpoint) {
        return files.map(folder -> in(folder).resolve(checkpoint));
    }

    void prepare() throws IOException {
        create(in(store));
        if (files.isPresent()) {
            create(in(files.get()));
        }
    }

    /** Removes a checkpoint, whole or begun. */
    public void remove(String checkpoint) throws IOException {
        delete(storeOf(checkpoint));
        delete(storeOf(checkpoint + ".tmp")); // what the engine leaves where its process ends in the middle
        Optional<Path> ofFiles = filesOf(checkpoint);
        if (ofFiles.isPresent()) {
            delete(ofFiles.get());
        }
    }

    /** Removes what a process left that ended before its checkpoint was removed. */
    public void removeAll() throws IOException {
        delete(in(store));
        if (files.isPresent()) {
            delete(in(files.get()));
        }
    }

    private static Path in(Path folder) {
        return folder.resolve(FOLDER);
    }

    private static void create(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure) throws IOException {
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
