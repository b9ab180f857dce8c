package dev.portcullis.archive;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The contract of every archive. An adapter's test opens it. */
@ExtendWith(VertxExtension.class)
public abstract class ArchiveContract
        implements ArchivePartContract,
                ArchivedAmendmentContract,
                ArchivedConversationContract,
                ArchivedErasureContract,
                ArchivedHoldContract,
                ArchivedFileContract,
                ArchivedRetentionContract,
                ArchiveModelContract {
    private Opened opened;

    /** Opens the same archive; called again after each close. It is empty at the first time. */
    protected abstract Opened open() throws Exception;

    /** One opening of an archive. */
    public record Opened(ArchiveStore archive, AutoCloseable closing) {}

    @BeforeEach
    void begin() throws Exception {
        opened = open();
    }

    @AfterEach
    void end() throws Exception {
        opened.closing().close();
    }

    @Override
    public final ArchiveStore archive() {
        return opened.archive();
    }

    @Override
    public final void reopen() throws Exception {
        opened.closing().close();
        opened = open();
    }

    @Test
    void futures_complete_on_the_context_of_the_caller(Vertx vertx) {
        Context caller = vertx.getOrCreateContext();
        Promise<List<Boolean>> there = Promise.promise();
        caller.runOnContext(any -> Future.all(
                        archive().add(List.of()).map(done -> isOn(caller)),
                        archive()
                                .add(List.of(ROOM.part(ArchiveStore.NOTHING, ROOM.plain(1, "a"))))
                                .map(done -> isOn(caller)),
                        archive().positions(List.of(LOBBY)).map(done -> isOn(caller)),
                        archive().after(LOBBY, 0, PLENTY).map(done -> isOn(caller)))
                .map(all -> all.<Boolean>list())
                .onComplete(there));
        assertThat(done(there.future())).containsOnly(true);
    }

    private static boolean isOn(Context caller) {
        return Vertx.currentContext() == caller;
    }
}
