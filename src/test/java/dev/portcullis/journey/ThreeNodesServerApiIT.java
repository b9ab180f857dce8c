package dev.portcullis.journey;

import dev.portcullis.kit.FreePort;
import dev.portcullis.kit.RedisProcess;
import dev.portcullis.kit.TestNode;
import dev.portcullis.kit.TestServer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** On three nodes with one Redis; each connection and each call goes to the next node. */
class ThreeNodesServerApiIT extends ServerApiContract {
    @Override
    Site site(String... settings) {
        Ring ring = new Ring(settings);
        return new Site(
                ring,
                path -> ring.next().admin(path),
                (user, role) -> ring.next().token(user, role, Duration.ofMinutes(10)));
    }

    private static final class Ring implements TestServer {
        private final RedisProcess redis = RedisProcess.start();
        private final List<TestNode> nodes = new ArrayList<>();
        private final AtomicInteger calls = new AtomicInteger();

        Ring(String... settings) {
            List<Integer> ports = List.of(FreePort.find(), FreePort.find(), FreePort.find());
            String members =
                    ports.stream().map(port -> "\"127.0.0.1:" + port + "\"").collect(Collectors.joining(",", "[", "]"));
            try {
                for (int port : ports) {
                    Stream<String> cluster = Stream.of(
                            "stages={\"edge\": 1, \"auth\": 1, \"ratelimit\": 1, \"rooms\": 1, \"broadcast\": 1}",
                            "store.kind=redis",
                            "store.redis.uri=" + redis.uri(),
                            "cluster.enabled=true",
                            "cluster.port=" + port,
                            "cluster.bus.port=0",
                            "cluster.members=" + members);
                    nodes.add(TestNode.generous(
                            Stream.concat(cluster, Stream.of(settings)).toArray(String[]::new)));
                }
            } catch (RuntimeException | AssertionError broken) {
                close();
                throw broken;
            }
        }

        TestNode next() {
            return nodes.get(Math.floorMod(calls.getAndIncrement(), nodes.size()));
        }

        @Override
        public URI ws() {
            return next().ws();
        }

        @Override
        public String token(String user, String... rooms) {
            return nodes.get(0).token(user, rooms);
        }

        @Override
        public void close() {
            nodes.forEach(TestNode::close);
            redis.close();
        }
    }
}
