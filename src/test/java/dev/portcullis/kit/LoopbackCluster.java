package dev.portcullis.kit;

import io.vertx.core.Completable;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.shareddata.AsyncMap;
import io.vertx.core.shareddata.Counter;
import io.vertx.core.shareddata.Lock;
import io.vertx.core.spi.cluster.ClusterManager;
import io.vertx.core.spi.cluster.NodeInfo;
import io.vertx.core.spi.cluster.NodeListener;
import io.vertx.core.spi.cluster.RegistrationInfo;
import io.vertx.core.spi.cluster.RegistrationListener;
import io.vertx.core.spi.cluster.RegistrationUpdateEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A cluster within one JVM: real event buses over loopback, with shared memory instead of Hazelcast. A test can stop,
 * resume and remove nodes at any moment.
 */
public final class LoopbackCluster {
    private final Map<String, Member> members = new ConcurrentHashMap<>();
    private final Map<String, List<RegistrationInfo>> registrations = new ConcurrentHashMap<>();
    private final List<Vertx> all = new ArrayList<>();
    private final List<CountDownLatch> stopped = new ArrayList<>();

    /** Adds a node with one event loop, so that blocking one thread stops the node. */
    public Vertx join(String node) throws Exception {
        Vertx vertx = Vertx.builder()
                .with(new VertxOptions()
                        .setEventLoopPoolSize(1)
                        .setBlockedThreadCheckInterval(TimeUnit.HOURS.toMillis(1))
                        .setEventBusOptions(new EventBusOptions().setHost("127.0.0.1")))
                .withClusterManager(new Member(node))
                .buildClustered()
                .await(30, TimeUnit.SECONDS);
        all.add(vertx);
        return vertx;
    }

    /** Stops a node like {@code SIGSTOP}: its connections stay open and are not read. Returns a task that resumes it. */
    public Runnable stop(Vertx vertx) {
        CountDownLatch wake = new CountDownLatch(1);
        CountDownLatch asleep = new CountDownLatch(1);
        stopped.add(wake);
        vertx.runOnContext(any -> {
            asleep.countDown();
            pass(wake);
        });
        pass(asleep);
        return wake::countDown;
    }

    /** Removes all registrations of a node. */
    public void forget(String node) {
        List.copyOf(registrations.keySet()).forEach(address -> forget(node, address));
    }

    /** Removes the registration of a node for one address. */
    public void forget(String node, String address) {
        update(address, node, List.of());
    }

    public void close() throws Exception {
        stopped.forEach(CountDownLatch::countDown);
        for (Vertx vertx : all) {
            vertx.close().await(30, TimeUnit.SECONDS);
        }
    }

    private synchronized void update(String address, String node, List<RegistrationInfo> of) {
        List<RegistrationInfo> now = new CopyOnWriteArrayList<>(of);
        registrations.getOrDefault(address, List.of()).stream()
                .filter(each -> !each.nodeId().equals(node))
                .forEach(now::add);
        registrations.put(address, now);
        members.values().forEach(member -> member.updated(new RegistrationUpdateEvent(address, now)));
    }

    private static void pass(CountDownLatch gate) {
        try {
            if (!gate.await(60, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the latch was not opened in time");
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** One node's view of the shared memory. */
    private final class Member implements ClusterManager {
        private final String node;
        private RegistrationListener listener = new RegistrationListener() {};
        private volatile boolean active;
        private NodeInfo info = new NodeInfo("127.0.0.1", 1, null);

        Member(String node) {
            this.node = node;
        }

        void updated(RegistrationUpdateEvent event) {
            if (listener.wantsUpdatesFor(event.address())) {
                listener.registrationsUpdated(event);
            }
        }

        @Override
        public void init(Vertx vertx) {}

        @Override
        public String getNodeId() {
            return node;
        }

        @Override
        public List<String> getNodes() {
            return List.copyOf(members.keySet());
        }

        @Override
        public void nodeListener(NodeListener nodes) {}

        @Override
        public void registrationListener(RegistrationListener registrationListener) {
            listener = registrationListener;
        }

        @Override
        public void setNodeInfo(NodeInfo nodeInfo, Completable<Void> promise) {
            info = nodeInfo;
            promise.succeed();
        }

        @Override
        public NodeInfo getNodeInfo() {
            return info;
        }

        @Override
        public void getNodeInfo(String nodeId, Completable<NodeInfo> promise) {
            Member member = members.get(nodeId);
            promise.complete(member == null ? null : member.info, member == null ? gone() : null);
        }

        @Override
        public void join(Completable<Void> promise) {
            members.put(node, this);
            active = true;
            promise.succeed();
        }

        @Override
        public void leave(Completable<Void> promise) {
            active = false;
            members.remove(node);
            forget(node);
            promise.succeed();
        }

        @Override
        public boolean isActive() {
            return active;
        }

        @Override
        public void addRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
            synchronized (LoopbackCluster.this) {
                List<RegistrationInfo> own = own(address);
                own.add(info);
                update(address, node, own);
            }
            promise.succeed();
        }

        @Override
        public void removeRegistration(String address, RegistrationInfo info, Completable<Void> promise) {
            synchronized (LoopbackCluster.this) {
                List<RegistrationInfo> own = own(address);
                own.remove(info);
                update(address, node, own);
            }
            promise.succeed();
        }

        @Override
        public void getRegistrations(String address, Completable<List<RegistrationInfo>> promise) {
            promise.succeed(registrations.getOrDefault(address, List.of()));
        }

        @Override
        public <K, V> Map<K, V> getSyncMap(String name) {
            return new ConcurrentHashMap<>();
        }

        @Override
        public <K, V> void getAsyncMap(String name, Completable<AsyncMap<K, V>> promise) {
            promise.fail(gone());
        }

        @Override
        public void getLockWithTimeout(String name, long timeout, Completable<Lock> promise) {
            promise.fail(gone());
        }

        @Override
        public void getCounter(String name, Completable<Counter> promise) {
            promise.fail(gone());
        }

        private List<RegistrationInfo> own(String address) {
            return new ArrayList<>(registrations.getOrDefault(address, List.of()).stream()
                    .filter(each -> each.nodeId().equals(node))
                    .toList());
        }

        private static IllegalStateException gone() {
            return new IllegalStateException("not supported by the loopback cluster");
        }
    }
}
