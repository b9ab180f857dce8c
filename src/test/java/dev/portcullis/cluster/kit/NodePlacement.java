package dev.portcullis.cluster.kit;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;

/**
 * Where a node of a forked cluster runs.
 *
 * @param within prefix of a command that runs it there
 * @param host its address for clients and operators
 * @param clusterHost its address for the other nodes
 * @param tls of the bus, required beyond this machine
 */
record NodePlacement(
        String name,
        List<String> stages,
        List<String> within,
        String host,
        String clusterHost,
        int clusterPort,
        Optional<JsonObject> tls) {

    String member() {
        return clusterHost + ":" + clusterPort;
    }

    /** The configuration of this node. */
    JsonObject config(String redisUri, List<NodePlacement> all) {
        JsonObject stageCounts = new JsonObject();
        stages.forEach(stage -> stageCounts.put(stage, 1));
        JsonObject cluster = new JsonObject()
                .put("enabled", true)
                .put("host", clusterHost)
                .put("port", clusterPort)
                .put("bus", new JsonObject().put("port", 0))
                .put(
                        "members",
                        new JsonArray(all.stream().map(NodePlacement::member).toList()));
        tls.ifPresent(files -> cluster.put("tls", files).put("trustedNetwork", true));
        return new JsonObject("""
                {
                  "tls": {"required": false},
                  "origin": {"allowed": ["http://localhost:*"], "missing": "allow"},
                  "auth": {"issuers": [{"algorithms": ["HS256"], "secret": {"$env": "JWT_SECRET"}}]},
                  "drain": {"windowMs": 1000}
                }
                """)
                .put("http", new JsonObject().put("host", host).put("port", 0))
                .put("admin", admin())
                .put("store", store(redisUri))
                .put("cluster", cluster)
                .put("stages", stageCounts);
    }

    private JsonObject admin() {
        return new JsonObject()
                .put("host", host)
                .put("port", 0)
                .put("trustedNetwork", true) // a network of its own
                .put("hosts", new JsonArray(List.of(host)))
                .put("apiKey", new JsonObject().put("$env", "ADMIN_API_KEY"));
    }

    /** A new JVM needs time for its first connection on a busy machine. */
    private static JsonObject store(String redisUri) {
        return new JsonObject()
                .put("kind", "redis")
                .put(
                        "redis",
                        new JsonObject()
                                .put("uri", redisUri)
                                .put("trustedNetwork", true)
                                .put("connectMs", 10_000));
    }
}
