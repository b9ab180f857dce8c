package dev.portcullis.broadcast.presence;

import static dev.portcullis.kit.Await.done;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.broadcast.presence.PresenceReport.RoomReport;
import dev.portcullis.bus.Bus;
import dev.portcullis.bus.BusConfig;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Section;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.BlockListStore;
import dev.portcullis.streams.ReadMarkStore;
import dev.portcullis.streams.SettableClock;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What an owner says of a room to a user who may have lost the permission meanwhile. */
@ExtendWith(VertxExtension.class)
class PresenceVerticleTest {
    private static final String NODE = "n1";
    private static final RoomId LOBBY = new RoomId("lobby");
    private static final UserId ANN = new UserId("ann");
    private static final UserId BEN = new UserId("ben");

    @TempDir
    Path folder;

    private final SettableClock clock = new SettableClock();
    private EmbeddedStreamsFixture embedded;
    private Bus bus;
    private long reports;

    @BeforeEach
    void start(Vertx vertx) throws Exception {
        embedded = EmbeddedStreamsFixture.open(folder, clock);
        bus = new Bus(vertx, NODE, new BusConfig(30_000, 1_000));
        PresenceStores stores = new PresenceStores(
                embedded.streams(), new ReadMarkStore(embedded.rows()), new BlockListStore(embedded.rows()));
        PresenceConfig config = PresenceConfig.read(Section.root(Map.of(), new ConfigReading(Map.of(), Path.of("."))));
        done(vertx.deployVerticle(new PresenceVerticle(0, bus, stores, config, frame -> {}, count -> {}, clock)));
    }

    @AfterEach
    void close(Vertx vertx) throws Exception {
        done(vertx.close());
        embedded.close();
    }

    @Test
    void page_says_for_a_while_after_a_leave_that_its_reader_may_be_the_one_who_left() throws Exception {
        assertThat(page(Optional.of(ANN)).detached()).isFalse();

        append(entry().detaching(BEN));

        assertThat(page(Optional.of(ANN)).detached()).isTrue();
        assertThat(page(Optional.empty()).detached())
                .as("to one who needs no membership")
                .isFalse();
        clock.pass(StreamStore.DETACHED_MS + 1);
        assertThat(page(Optional.of(ANN)).detached()).isFalse();
    }

    @Test
    void barred_user_gets_no_page_and_others_get_it_without_another_check() throws Exception {
        append(entry().barring(BEN, 10));

        assertThat(ask(Optional.of(BEN))).isEqualTo(new PresenceAnswer.Barred());
        assertThat(page(Optional.of(ANN)).detached()).isFalse();
    }

    private AppendRequest entry() {
        return new AppendRequest(
                StreamName.room(LOBBY),
                new StreamWindow(10, 60_000),
                1,
                "{}".getBytes(StandardCharsets.UTF_8),
                Optional.empty(),
                Optional.empty(),
                Long.MAX_VALUE);
    }

    private void append(AppendRequest entry) throws Exception {
        assertThat(done(embedded.streams().append(entry))).isInstanceOf(AppendResult.Stored.class);
    }

    private PresenceAnswer.Page page(Optional<UserId> barredAs) throws Exception {
        PresenceAnswer answer = ask(barredAs);
        assertThat(answer).isInstanceOf(PresenceAnswer.Page.class);
        return (PresenceAnswer.Page) answer;
    }

    /** Reports first, so that the owner knows the room. */
    private PresenceAnswer ask(Optional<UserId> barredAs) throws Exception {
        PresenceReport report = new PresenceReport(
                NODE,
                1,
                ++reports,
                new PresenceView(Map.of(NODE, 1)),
                true,
                true,
                List.of(new RoomReport(LOBBY, RoomReport.Kind.CHANGED, false, Map.of(ANN, 1))));
        PresenceQuery query = new PresenceQuery(LOBBY, Optional.empty(), 10, barredAs);
        return done(bus.askAt(RoomPresence.REPORT, NODE, 0, report)
                .compose(known -> bus.askAt(RoomPresence.PAGE, NODE, 0, query)));
    }
}
