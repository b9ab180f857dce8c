package dev.portcullis.app;

import dev.portcullis.admin.AdminConfig;
import dev.portcullis.admin.AdminVerticle;
import dev.portcullis.admin.Health;
import dev.portcullis.admin.TokenCheck;
import dev.portcullis.edge.BoundedServer;
import dev.portcullis.edge.Doorstep;
import dev.portcullis.edge.PendingEnd;
import dev.portcullis.edge.PendingLimits;
import dev.portcullis.http.ClientAddress;
import java.util.List;

/** Puts the operators' listener together, bounded like the public one. */
record AdminWiring(Ground ground, NodeConfig config) {

    AdminVerticle verticle(Health health, TokenCheck tokens) {
        Doorstep doorstep = doorstep();
        ground.meters().watchAdminConnections(doorstep::size);
        BoundedServer server = new BoundedServer(doorstep, config.http().headerLines(), () -> false);
        return new AdminVerticle(
                config.admin(),
                health,
                ground.metrics()::scrape,
                tokens,
                ground.audit(),
                (options, requests) -> server.create(ground.vertx(), options, requests));
    }

    /** Without a time of grace: a probe asks at once, and a flood of connects must not refuse it. */
    private Doorstep doorstep() {
        AdminConfig admin = config.admin();
        return new Doorstep(
                new PendingLimits(admin.connections(), admin.connectionsPerIp(), 0, admin.requestMs()),
                new ClientAddress(List.of()),
                (keys, now) -> false,
                ground.audit(),
                ground.meters().adminConnectionsClosed(PendingEnd.class, PendingEnd::word));
    }
}
