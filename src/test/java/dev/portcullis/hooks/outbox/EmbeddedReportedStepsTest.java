package dev.portcullis.hooks.outbox;

import static dev.portcullis.kit.Await.done;

import dev.portcullis.auth.session.EmbeddedSessionStore;
import dev.portcullis.auth.session.RevocationStore;
import dev.portcullis.auth.session.SessionStore;
import dev.portcullis.auth.session.SessionStoreContract;
import dev.portcullis.store.StoreConfig;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.store.rows.RowStore;
import dev.portcullis.streams.InboxConfig.AckPer;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedReportedStepsTest extends ReportedStepsContract {
    @TempDir
    Path folder;

    private EmbeddedStore engine;

    @Override
    @BeforeEach
    void openOutbox() throws Exception {
        engine = EmbeddedStore.open(folder, new StoreConfig(StoreConfig.Kind.EMBEDDED, Optional.empty(), false, 1_000));
        super.openOutbox();
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Override
    RowStore rows() {
        return new EmbeddedRowStore(engine, System::currentTimeMillis);
    }

    @Override
    StreamStore streams(HookOutbox reportedTo) throws Exception {
        return done(EmbeddedStreamStore.open(
                engine, System::currentTimeMillis, System::currentTimeMillis, Optional.of(reportedTo), entries -> {}));
    }

    @Override
    SessionStore sessions(HookOutbox reportedTo) throws Exception {
        return new EmbeddedSessionStore(
                SESSIONS,
                engine,
                new RevocationStore(rows(), () -> REVOCATIONS),
                done(EmbeddedStreamStore.open(engine, System::currentTimeMillis)),
                SessionStoreContract.inboxes(AckPer.USER),
                Optional.of(reportedTo),
                System::currentTimeMillis,
                System::currentTimeMillis);
    }
}
