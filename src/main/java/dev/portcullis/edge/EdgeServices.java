package dev.portcullis.edge;

import dev.portcullis.audit.Audit;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.audit.tracing.Tracing;
import dev.portcullis.bus.Bus;
import dev.portcullis.config.Live;
import dev.portcullis.content.ContentConfig;
import dev.portcullis.edge.api.OwnAccountApi.AccountDeletion;
import dev.portcullis.hooks.outbox.HookOutbox;
import dev.portcullis.http.OriginConfig;
import dev.portcullis.ratelimit.RateLimitConfig;
import dev.portcullis.ratelimit.anomaly.AnomalyConfig;
import dev.portcullis.ratelimit.ban.BanFollower;
import dev.portcullis.ratelimit.reputation.AddressReputation;
import dev.portcullis.streams.StreamStore;
import dev.portcullis.streams.delivery.FollowedStreamsListener;
import dev.portcullis.streams.lane.NodeIncarnation;
import dev.portcullis.uploads.UploadStorage;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The objects that a node hands to its edge.
 *
 * @param readLane asks for a read of this lane that begins at once; callable from any thread
 * @param tracing empty if nothing is traced
 * @param mayHaveWaited whether a write that was read at this time may have waited
 * @param uploads where files are; asked when the listener opens
 * @param ready whether this node takes clients
 * @param rooms is told who enters and leaves rooms; empty where no hook asks for that
 * @param deletion deletes users who ask for it
 */
public record EdgeServices(
        Vertx vertx,
        Bus bus,
        StreamStore streams,
        FollowedStreamsListener followedStreams,
        NodeIncarnation nodeIncarnation,
        IntConsumer readLane,
        BanFollower bans,
        AddressReputation reputation,
        Audit audit,
        Metrics metrics,
        Optional<Tracing> tracing,
        Live<OriginConfig> origin,
        Live<RateLimitConfig> ratelimit,
        Live<AnomalyConfig> anomaly,
        Live<ContentConfig> content,
        LongSupplier clock,
        LongPredicate mayHaveWaited,
        Supplier<Optional<UploadStorage>> uploads,
        BooleanSupplier ready,
        Optional<? extends HookOutbox> rooms,
        AccountDeletion deletion) {}
