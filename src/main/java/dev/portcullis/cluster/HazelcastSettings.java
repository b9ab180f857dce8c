package dev.portcullis.cluster;

import com.hazelcast.config.AdvancedNetworkConfig;
import com.hazelcast.config.ClassFilter;
import com.hazelcast.config.Config;
import com.hazelcast.config.InterfacesConfig;
import com.hazelcast.config.JavaSerializationFilterConfig;
import com.hazelcast.config.JoinConfig;
import com.hazelcast.config.KubernetesConfig;
import com.hazelcast.config.MultiMapConfig.ValueCollectionType;
import com.hazelcast.config.ServerSocketEndpointConfig;
import dev.portcullis.config.HostPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.TimeUnit;

/** Configures Hazelcast to find the nodes and to keep the addresses of the bus; everything else is off. */
final class HazelcastSettings {
    /**
     * The attribute by which Vert.x identifies a member. It holds the node's own name, so that a node has one name
     * everywhere.
     */
    static final String NODE = "__vertx.nodeId";

    /** The attribute with a member's row, see {@link NodeRow#text()}. */
    static final String ROW = "portcullis.row";

    private static final int BACKUPS = 2;
    private static final int CALL_TIMEOUT_MS = 10_000;

    private HazelcastSettings() {}

    static Config of(ClusterConfig cluster, NodeRow me) throws ClusterJoinException {
        Config config = new Config();
        config.setClusterName(cluster.name()).setInstanceName(me.node()).setAdvancedNetworkConfig(network(cluster));
        config.getMemberAttributeConfig().setAttribute(NODE, me.node()).setAttribute(ROW, me.text());
        config.getMultiMapConfig("__vertx.subs")
                .setBackupCount(BACKUPS)
                .setValueCollectionType(ValueCollectionType.SET);
        config.getMapConfig("__vertx.nodeInfo").setBackupCount(BACKUPS);
        config.getSerializationConfig().setJavaSerializationFilterConfig(allowList());
        config.getJetConfig().setEnabled(false);
        config.getMetricsConfig().setEnabled(false);
        time(config, cluster);
        config.setProperty("hazelcast.socket.bind.any", "false")
                .setProperty("hazelcast.phone.home.enabled", "false")
                .setProperty("hazelcast.logging.type", "slf4j")
                .setProperty("hazelcast.shutdownhook.enabled", "false") // the node drains first
                .setProperty("hazelcast.health.monitoring.level", "OFF");
        return config;
    }

    /** Opens a port for members alone: on Hazelcast's usual port clients could run jobs and queries. */
    private static AdvancedNetworkConfig network(ClusterConfig cluster) throws ClusterJoinException {
        ServerSocketEndpointConfig members = new ServerSocketEndpointConfig();
        members.setPort(cluster.port())
                .setPortAutoIncrement(false)
                .setReuseAddress(true)
                .setSocketConnectTimeoutSeconds(1);
        members.setInterfaces(new InterfacesConfig().setEnabled(true).addInterface(address(cluster.host())));
        members.setPublicAddress(new HostPort(cluster.host(), cluster.port()).toString());
        AdvancedNetworkConfig network = new AdvancedNetworkConfig();
        network.setEnabled(true).setMemberEndpointConfig(members).setJoin(join(cluster));
        return network;
    }

    private static JoinConfig join(ClusterConfig cluster) {
        JoinConfig join = new JoinConfig();
        join.getMulticastConfig().setEnabled(false);
        join.getAutoDetectionConfig().setEnabled(false);
        join.getTcpIpConfig().setEnabled(cluster.kubernetes().isEmpty()).setConnectionTimeoutSeconds(1);
        cluster.members().forEach(member -> join.getTcpIpConfig().addMember(member.toString()));
        cluster.kubernetes().ifPresent(kubernetes -> {
            KubernetesConfig plugIn = join.getKubernetesConfig();
            plugIn.setEnabled(true).setProperty("service-port", Integer.toString(cluster.port()));
            kubernetes.serviceDns().ifPresent(name -> plugIn.setProperty("service-dns", name));
            kubernetes.service().ifPresent(name -> plugIn.setProperty("service-name", name));
            kubernetes.namespace().ifPresent(name -> plugIn.setProperty("namespace", name));
        });
        return join;
    }

    private static String address(String host) throws ClusterJoinException {
        try {
            return InetAddress.getByName(host).getHostAddress();
        } catch (UnknownHostException unknown) {
            throw ClusterJoinException.temporary("cluster.host: the address of " + host
                    + " cannot be resolved; name an address of this machine that the other nodes can reach");
        }
    }

    /**
     * A killed node is detected by its closed connection; a paused or disconnected one only by missing heartbeats. A look-up
     * that got lost with a member that left and came back fails after up to twice its time: until then the address that it
     * looks for can't be asked by this node.
     */
    private static void time(Config config, ClusterConfig cluster) {
        long timeoutSeconds = TimeUnit.MILLISECONDS.toSeconds(cluster.memberTimeoutMs() + 999);
        config.setProperty("hazelcast.heartbeat.interval.seconds", "1")
                .setProperty("hazelcast.max.no.heartbeat.seconds", Long.toString(timeoutSeconds))
                .setProperty("hazelcast.operation.call.timeout.millis", Integer.toString(CALL_TIMEOUT_MS))
                .setProperty("hazelcast.merge.first.run.delay.seconds", "5")
                .setProperty("hazelcast.merge.next.run.delay.seconds", "5")
                .setProperty("hazelcast.wait.seconds.before.join", "0")
                .setProperty("hazelcast.max.join.seconds", "15")
                .setProperty("hazelcast.graceful.shutdown.max.wait", "5");
    }

    /** Java serialization is allowed only for Hazelcast's own exceptions and what they hold (CWE-502). */
    private static JavaSerializationFilterConfig allowList() {
        return new JavaSerializationFilterConfig()
                .setDefaultsDisabled(true)
                .setBlacklist(new ClassFilter().addPrefixes("com.hazelcast.jet.", "com.hazelcast.shaded."))
                .setWhitelist(new ClassFilter()
                        .addPrefixes("com.hazelcast.", "java.lang.", "[Ljava.lang.", "java.util.Collections$")
                        .addClasses("java.util.ArrayList", "java.util.UUID"));
    }
}
