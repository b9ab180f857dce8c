package dev.portcullis.app.node.assembly;

import dev.portcullis.app.node.live.LiveService;
import dev.portcullis.app.node.store.StageStores;
import dev.portcullis.audit.metrics.EnumCounters;
import dev.portcullis.audit.metrics.Metric;
import dev.portcullis.audit.metrics.Metrics;
import dev.portcullis.hooks.Delivery;
import dev.portcullis.hooks.HookCounts;
import dev.portcullis.hooks.HookResult;
import dev.portcullis.hooks.HookTarget;
import dev.portcullis.hooks.HooksConfig;
import dev.portcullis.hooks.HooksVerticle;
import dev.portcullis.hooks.WebhookConfig;
import dev.portcullis.hooks.WebhookTarget;
import dev.portcullis.hooks.outbox.StoredEvent;
import dev.portcullis.http.outgoing.OutgoingService;
import dev.portcullis.resilience.CircuitBreaker;
import dev.portcullis.streams.lane.LaneStore;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** Puts together the part that tells the application: the target of the hooks, and their metrics. */
public record HooksAssembly(NodeServices services, StageStores.OfBroadcast stores, LaneStore lanes) {

    /** Empty where no hook is configured. */
    public Optional<VerticleBase> verticle(Optional<HooksConfig> config) {
        HookCounts.Latest counts = new HookCounts.Latest();
        Metrics metrics = services.metrics();
        metrics.measure(Metric.HOOKS_WAITING, () -> counts.get().waiting());
        metrics.measure(Metric.HOOKS_DEAD_LETTERS, () -> counts.get().dead());
        metrics.measure(Metric.HOOKS_OVERFLOWN, () -> counts.get().overflown());
        metrics.measure(Metric.HOOKS_LOST, () -> counts.get().lost());
        EnumCounters<HookResult> results = metrics.counters(Metric.HOOK_EVENTS, HookResult.class, HookResult::id);
        return config.flatMap(hooks -> stores.hooks()
                .flatMap(outbox -> target(hooks)
                        .map(target -> new HooksVerticle(
                                outbox,
                                lanes::leases,
                                target,
                                services.live().of(each -> each.hooks().orElse(hooks)),
                                services.bus().node(),
                                counts::set,
                                results))));
    }

    private Optional<HookTarget> target(HooksConfig hooks) {
        return hooks.http().isPresent()
                ? Optional.of(new LiveTarget(new LiveService<>(
                        services.vertx(),
                        services.live().of(each -> each.hooks().flatMap(HooksConfig::http)),
                        http -> {
                            WebhookTarget target =
                                    new WebhookTarget(services.vertx(), http, services.outgoing(), services.clock());
                            services.outgoing().watch(OutgoingService.HOOKS, target::position);
                            return target;
                        },
                        WebhookTarget::close)))
                : stores.hookStream();
    }

    /** The application as the configuration names it now. */
    private record LiveTarget(LiveService<WebhookConfig, WebhookTarget> service) implements HookTarget {
        private WebhookTarget now() {
            return service.get().orElseThrow(); // a reload neither adds nor removes it
        }

        @Override
        public Future<Delivery> deliver(List<StoredEvent> events, long withinMs, BooleanSupplier othersTaken) {
            return now().deliver(events, withinMs, othersTaken);
        }

        @Override
        public CircuitBreaker.Pass position() {
            return now().position();
        }

        @Override
        public long deadlineMs() {
            return now().deadlineMs();
        }

        @Override
        public void close() {
            service.close();
        }
    }
}
