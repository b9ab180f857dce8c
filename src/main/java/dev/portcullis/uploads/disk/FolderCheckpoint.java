package dev.portcullis.uploads.disk;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Links to all whole files, while some of them are deleted on other threads. */
final class FolderCheckpoint {
    private final Path kept;
    private final Path into;
    private final AtomicLong links = new AtomicLong();
    private volatile Optional<IOException> failure = Optional.empty();

    FolderCheckpoint(Path kept, Path into) {
        this.kept = kept;
        this.into = into;
    }

    /** Its copy is bound to the same store. */
    void begin(FolderId id) throws IOException {
        PrivateFolder.create(into);
        Files.createLink(into.resolve(String.valueOf(id.file().getFileName())), id.file());
    }

    /** Takes a file that is about to be deleted. Where that fails the checkpoint does, and not the deletion. */
    void take(Path file) {
        try {
            link(file);
        } catch (IOException failed) {
            failure = Optional.of(failed);
        }
    }

    /** @return how many files there are */
    long linkAll() throws IOException {
        Files.walkFileTree(kept, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                link(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failed) throws IOException {
                if (failed instanceof NoSuchFileException) { // deleted meanwhile, so it was taken
                    return FileVisitResult.CONTINUE;
                }
                throw failed;
            }
        });
        if (failure.isPresent()) {
            throw failure.get();
        }
        return links.get();
    }

    private void link(Path file) throws IOException {
        Path link = into.resolve(String.valueOf(kept.getFileName())).resolve(kept.relativize(file));
        PrivateFolder.create(link.getParent() == null ? into : link.getParent());
        try {
            Files.createLink(link, file);
            links.incrementAndGet();
        } catch (FileAlreadyExistsException linked) {
            // by the other thread
        } catch (NoSuchFileException gone) {
            // there was no such file, or it was taken and deleted
        }
    }
}
