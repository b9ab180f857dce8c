package dev.portcullis.archive.embedded;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.archive.ArchiveContract;
import dev.portcullis.archive.ArchiveStore;
import dev.portcullis.archive.MessageIndexContract;
import dev.portcullis.kit.Await;
import dev.portcullis.store.embedded.EmbeddedStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedIndexTest extends MessageIndexContract {
    @TempDir
    Path folder;

    @Override
    protected ArchiveContract.Opened open() throws Exception {
        EmbeddedStore store = EmbeddedStore.open(folder, EmbeddedArchiveTest.CONFIG);
        EmbeddedArchive archive = EmbeddedArchive.open(store, Long.MAX_VALUE);
        return new ArchiveContract.Opened(archive, () -> {
            archive.index().orElseThrow().close();
            ArchiveTablesCheck.check(store);
            store.close();
        });
    }

    @Override
    protected void awaitIndex(ArchiveStore archive) {
        awaitCurrent(archive);
    }

    static void awaitCurrent(ArchiveStore archive) {
        EmbeddedIndex index = (EmbeddedIndex) archive.index().orElseThrow();
        assertThat(Await.until(index::isCurrent, Duration.ofSeconds(30))).isTrue();
    }

    @Test
    void index_without_changes_does_nothing() throws Exception {
        EmbeddedStore store = EmbeddedStore.open(folder.resolve("idle"), EmbeddedArchiveTest.CONFIG);
        EmbeddedArchive archive = EmbeddedArchive.open(store, Long.MAX_VALUE);
        EmbeddedIndex index = (EmbeddedIndex) archive.index().orElseThrow();
        assertThat(Await.until(index::isIdle, Duration.ofSeconds(30))).isTrue();
        done(archive.add(List.copyOf(new EmbeddedArchiveBench(10, 1).parts(0).values())));
        awaitCurrent(archive);
        assertThat(Await.until(index::isIdle, Duration.ofSeconds(30))).isTrue();
        index.close();
        store.close();
    }

    @Test
    void index_of_an_empty_archive_is_not_behind() throws Exception {
        for (int i = 0; i < 2; i++) {
            EmbeddedStore store = EmbeddedStore.open(folder.resolve("empty"), EmbeddedArchiveTest.CONFIG);
            EmbeddedArchive archive = EmbeddedArchive.open(store, Long.MAX_VALUE);
            assertThat(Await.until(() -> archive.index().orElseThrow().behindMs() == 0, Duration.ofSeconds(30)))
                    .isTrue();
            awaitCurrent(archive);
            archive.index().orElseThrow().close();
            store.close();
        }
    }
}
