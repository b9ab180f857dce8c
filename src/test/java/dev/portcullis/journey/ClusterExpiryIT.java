package dev.portcullis.journey;

import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** On three nodes with all stages and one Redis, without an archive. */
class ClusterExpiryIT extends ExpiryContract {
    private static final int NODES = 3;

    private final RedisProcess redis = RedisProcess.start();

    @Override
    boolean keepsAll() {
        return false;
    }

    @Override
    List<TestNode> site(String... sets) {
        List<Integer> ports = Stream.generate(FreePort::find).limit(NODES).toList();
        String members =
                ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").collect(Collectors.joining(", "));
        List<TestNode> nodes = new ArrayList<>();
        for (int port : ports) {
            nodes.add(TestNode.steady(Stream.concat(
                            Stream.of(sets),
                            Stream.of(
                                    "store.kind=redis",
                                    "store.redis.uri=" + redis.uri(),
                                    "cluster.enabled=true",
                                    "cluster.port=" + port,
                                    "cluster.bus.port=0",
                                    "cluster.members=[" + members + "]"))
                    .toArray(String[]::new)));
        }
        return nodes;
    }

    @Override
    void closeSite() {
        redis.close();
    }
}
