package dev.portcullis.forked;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.ChatPeer;
import dev.portcullis.kit.program.Program;
import dev.portcullis.protocol.CloseCode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The disk of a real process fails under load. A node that can't write any more ends, for its supervisor to start it
 * again; one whose disk is full goes on when there is space. What was acknowledged is there in both cases.
 */
@EnabledOnOs(OS.LINUX)
class DiskFaultIT {
    private static final String KEEP_ALL = "streams.room.entries=100000";
    private static final List<String> ROOMS = List.of("lobby", "room-1");
    private static final List<String> USERS = List.of("ann", "ben", "cleo");
    private static final int DISK_FAILED = 5;

    @TempDir
    Path folder;

    private final List<ChatPeer> peers = new ArrayList<>();
    private final List<PublishingClient> clients = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final CountDownLatch acks = new CountDownLatch(200);

    @Test
    void sync_that_failed_once_ends_the_process_and_loses_no_acknowledged_message() throws Exception {
        Path config = ForkedNode.configIn(folder);
        try (ForkedNode node = ForkedNode.generous(faulty(), config, KEEP_ALL)) {
            publish(node);
            fail("EIO");
            assertEnds(node);
            assertThat(fault()).as("one sync failed").doesNotExist();
        }
        assertThat(peers).extracting(ChatPeer::ended).containsOnly((int) CloseCode.RESTARTING.code());
        assertNothingLost(config);
    }

    @Test
    @Tag("faults")
    void process_without_descriptors_for_its_store_ends_and_loses_no_acknowledged_message() throws Exception {
        assumeTrue(Program.succeeds("prlimit", "--version"), "not installed: prlimit, so its limit is not lowered");
        Path config = ForkedNode.configIn(folder);
        try (ForkedNode node = ForkedNode.generous(config, KEEP_ALL)) {
            publish(node);
            assertThat(Program.succeeds(
                            "prlimit", "--pid", Long.toString(node.process().pid()), "--nofile=3:3"))
                    .isTrue();
            assertEnds(node); // when the store begins its next file
        }
        assertNothingLost(config);
    }

    @Test
    @Tag("faults")
    void full_disk_refuses_until_there_is_space_and_the_process_goes_on() throws Exception {
        Path config = ForkedNode.configIn(folder);
        try (ForkedNode node = ForkedNode.generous(faulty(), config, KEEP_ALL)) {
            publish(node);
            fail("ENOSPC");
            node.awaitReadiness(503);
            Files.delete(fault());
            node.awaitReadiness(200);
            long before = acked();
            assertThat(Await.until(() -> acked() > before, Duration.ofSeconds(90)))
                    .as("what was refused is sent again, and acknowledged")
                    .isTrue();
            node.kill();
            awaitClients();
        }
        assertNothingLost(config);
    }

    /** The command before that of the node. */
    private List<String> faulty() {
        assumeTrue(Program.succeeds("gcc", "--version"), "not installed: gcc, so no disk fails");
        Path library = folder.resolve("disk_fault.so");
        Path source = Path.of("src/test/resources/dev/portcullis/forked/disk_fault.c");
        assertThat(Program.succeeds(
                        "gcc", "-shared", "-fPIC", "-O1", "-o", library.toString(), source.toString(), "-ldl"))
                .isTrue();
        return List.of("env", "LD_PRELOAD=" + library, "DISK_FAULT=" + fault());
    }

    private Path fault() {
        return folder.resolve("fault");
    }

    private void fail(String kind) throws Exception {
        Path written = Files.writeString(folder.resolve("fault.new"), kind);
        Files.move(written, fault());
    }

    private void publish(ForkedNode node) throws Exception {
        for (String user : USERS) {
            ChatPeer peer = node.enter(user);
            peers.add(peer);
            PublishingClient client =
                    new PublishingClient(user, peer, user, ROOMS, new Random(user.hashCode()), acks::countDown);
            clients.add(client);
            Thread thread = new Thread(client, user);
            thread.start();
            threads.add(thread);
        }
        assertThat(acks.await(180, TimeUnit.SECONDS)).as("enough acks").isTrue();
    }

    private void assertEnds(ForkedNode node) throws Exception {
        JarProcess.ExitResult ended = node.process().ended();
        assertThat(ended.code()).isEqualTo(DISK_FAILED);
        assertThat(ended.err().stream().filter(line -> line.contains("\"store.disk.failed\"")))
                .singleElement()
                .asString()
                .contains(folder.resolve("store").toString());
        awaitClients();
    }

    private long acked() {
        return clients.stream().mapToLong(client -> client.acked().size()).sum();
    }

    private void awaitClients() throws Exception {
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(60));
            assertThat(thread.isAlive()).isFalse();
        }
    }

    private void assertNothingLost(Path config) throws Exception {
        Set<ObservedMessage> promised = new HashSet<>();
        clients.forEach(client -> client.acked().keySet().forEach(each -> promised.add(each.inAnyEpoch())));
        assertThat(promised).hasSizeGreaterThanOrEqualTo(200);
        try (ForkedNode node = ForkedNode.generous(config, KEEP_ALL);
                ChatPeer reader = node.enter("reader")) {
            List<ObservedMessage> stored = new ArrayList<>();
            for (String room : ROOMS) {
                reader.join(room);
                stored.addAll(RoomLog.read(reader, room).messages());
            }
            promised.removeAll(Set.copyOf(stored));
            assertThat(promised).as("acknowledged and not there").isEmpty();
        }
    }
}
