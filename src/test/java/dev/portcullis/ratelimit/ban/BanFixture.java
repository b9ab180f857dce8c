package dev.portcullis.ratelimit.ban;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.AuditConfig;
import dev.portcullis.audit.AuditEvent;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.bus.Bus;
import dev.portcullis.config.ConfigReading;
import dev.portcullis.config.Json;
import dev.portcullis.config.Live;
import dev.portcullis.config.Section;
import dev.portcullis.kit.RecordedEvents;
import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.store.rows.EmbeddedRowStore;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import dev.portcullis.streams.embedded.EmbeddedStreamStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The service of bans for tests of the stage. */
public final class BanFixture {
    private BanFixture() {}

    public static BansConfig config(String json) {
        try {
            ConfigReading reading = new ConfigReading(Map.of(), Path.of(""));
            BansConfig config =
                    BansConfig.read(Section.root((Map<?, ?>) Objects.requireNonNull(Json.parse(json)), reading));
            if (!reading.problems().found().isEmpty()) {
                throw new AssertionError(reading.problems().found().toString());
            }
            return config;
        } catch (IOException malformed) {
            throw new UncheckedIOException(malformed);
        }
    }

    /** Keeps its bans in the embedded store. */
    public static BanService service(Bus bus, EmbeddedStore disk, LongSupplier clock) throws Exception {
        return service(
                bus,
                new BanStore(new EmbeddedRowStore(disk, clock), () -> 100),
                EmbeddedStreamStore.open(disk, clock).await(30, TimeUnit.SECONDS),
                clock);
    }

    public static BanService service(Bus bus, BanStore store, StreamStore streams, LongSupplier clock) {
        return service(bus, store, streams, new RecordedEvents(), config("{}"), clock);
    }

    static BanService service(
            Bus bus,
            BanStore store,
            StreamStore streams,
            Consumer<AuditEvent> events,
            BansConfig config,
            LongSupplier clock) {
        return new BanService(
                store,
                new BanRules(Live.fixed(config), List.of()),
                new CutoffPublisher(streams, new StreamWindow(1_000, 60_000), clock),
                bus,
                new BanEvents(
                        new Audit(new AuditConfig(10_000, 100), clock, events),
                        new Metrics(new SimpleMeterRegistry())));
    }
}
