package dev.portcullis.app.node.assembly;

import dev.portcullis.app.config.NodeConfig;
import dev.portcullis.app.node.live.LiveSettings;
import dev.portcullis.app.node.store.StageStores;
import dev.portcullis.bus.Stage;
import dev.portcullis.ratelimit.BlockBans;
import dev.portcullis.ratelimit.RateLimitVerticle;
import dev.portcullis.ratelimit.ban.BanEvents;
import dev.portcullis.ratelimit.ban.BanRules;
import dev.portcullis.ratelimit.ban.BanService;
import dev.portcullis.ratelimit.ban.SharedAddresses;
import dev.portcullis.ratelimit.login.LoginLimits.LoginDefences;
import dev.portcullis.ratelimit.observe.ObservedLimits;
import dev.portcullis.ratelimit.stuffing.KnownClients;
import dev.portcullis.ratelimit.stuffing.StuffingConfig;
import dev.portcullis.ratelimit.stuffing.StuffingEvents;
import dev.portcullis.ratelimit.stuffing.StuffingLimits;
import dev.portcullis.streams.cutoff.CutoffPublisher;
import io.vertx.core.VerticleBase;

/** The stage {@code ratelimit}: counters, bans, and what protects logins. */
public final class RateLimitAssembly implements StageAssembly {
    private final NodeServices services;
    private final StageStores.OfRateLimit stores;
    private final LiveSettings live;
    private final BanService bans;
    private final LoginDefences logins;

    public RateLimitAssembly(
            NodeServices services, StageStores.OfRateLimit stores, NodeConfig config, SharedAddresses shared) {
        this.services = services;
        this.stores = stores;
        this.live = services.live();
        this.bans = new BanService(
                stores.bans(),
                new BanRules(live.bans(), config.http().trustedProxies()),
                new CutoffPublisher(stores.cutoffs(), config.streams().cutoffs(), services.clock()),
                services.bus(),
                new BanEvents(services.audit(), services.metrics()));
        this.logins = logins(config.stuffing(), shared);
    }

    private LoginDefences logins(StuffingConfig stuffing, SharedAddresses shared) {
        return new LoginDefences(
                new KnownClients(stores.knownClients(), stuffing),
                new StuffingLimits(
                        stores.failures(),
                        stuffing,
                        shared::include,
                        bans::add,
                        new StuffingEvents(services.audit(), services.metrics()),
                        services.clock()),
                shared::named);
    }

    @Override
    public Stage stage() {
        return Stage.RATELIMIT;
    }

    @Override
    public VerticleBase newVerticle(int number) {
        return new RateLimitVerticle(
                number,
                services.bus(),
                stores.counters(),
                stores.logins(),
                logins,
                bans,
                live.ratelimit(),
                new RateLimitVerticle.PenaltySinks(
                        new ObservedLimits(services.metrics(), services.audit()),
                        new BlockBans(bans::add, live.ratelimit(), services.clock())));
    }
}
