package dev.portcullis.client.bench;

import dev.portcullis.client.ServerAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The load of a run.
 *
 * @param servers nodes of one cluster; the connections, and the members of each room, spread evenly over them
 * @param processes of the server on this machine, whose CPU is reported; empty if they are elsewhere
 */
public record BenchPlan(
        List<ServerAddress> servers,
        Population population,
        Load load,
        Phases phases,
        Dialling dialling,
        List<Long> processes) {

    public BenchPlan {
        servers = List.copyOf(servers);
        processes = List.copyOf(processes);
    }

    /**
     * The rooms and members.
     *
     * @param senders how many of a room's members write in it
     * @param joins rooms that each member joins: one of these, and others of its own, in which no message is sent
     */
    public record Population(int rooms, int members, int senders, int joins) {
        private static final int MOST_JOINS = 100;

        public Population {
            require(joins >= 1 && joins <= MOST_JOINS, "a member must join 1 to " + MOST_JOINS + " rooms");
            require(rooms >= 1 && rooms <= 100_000, "there must be 1 to 100,000 rooms");
            require(members >= 1 && members <= 100_000, "a room must have 1 to 100,000 members");
            require((long) rooms * members <= 1_000_000, "there must be at most 1,000,000 connections");
            require(senders >= 1 && senders <= members, "the senders of a room must be among its members");
        }

        public int connections() {
            return rooms * members;
        }

        Population withRooms(int value) {
            return new Population(value, members, senders, joins);
        }

        /** Where all members write, all of the new ones do. */
        Population withMembers(int value) {
            return new Population(rooms, value, senders == members ? value : Math.min(senders, value), joins);
        }

        Population withJoins(int value) {
            return new Population(rooms, members, senders, value);
        }
    }

    /** The rule by which the members send. */
    public sealed interface Load {
        /** Characters of a message. */
        int size();

        <R> R fold(Function<Open, R> open, Function<Closed, R> closed);
    }

    /** @param perSecond messages a second in all, on a fixed schedule, whatever the server does */
    public record Open(double perSecond, int size) implements Load {
        public Open {
            require(perSecond > 0 && perSecond <= 1_000_000, "the rate must be above 0 and at most 1,000,000 a second");
            requireSize(size);
        }

        @Override
        public <R> R fold(Function<Open, R> open, Function<Closed, R> closed) {
            return open.apply(this);
        }
    }

    /** @param inFlight messages in flight in each room; the next one is sent when one has reached all members */
    public record Closed(int inFlight, int size) implements Load {
        public Closed {
            require(inFlight >= 1 && inFlight <= 10_000, "1 to 10,000 messages may be in flight");
            requireSize(size);
        }

        @Override
        public <R> R fold(Function<Open, R> open, Function<Closed, R> closed) {
            return closed.apply(this);
        }
    }

    /** @param drainMs how long to wait for late deliveries */
    public record Phases(long warmupMs, long durationMs, long drainMs) {
        public Phases {
            require(warmupMs >= 0 && durationMs >= 1 && drainMs >= 1, "the run and its drain must take some time");
        }
    }

    /**
     * How the members connect.
     *
     * @param parallel concurrent handshakes
     * @param perSecond handshakes a second at most; 0 for as fast as they go
     * @param loops event loops that run the members
     */
    public record Dialling(int parallel, int perSecond, int loops, String roomPrefix, Optional<String> origin) {
        public Dialling {
            require(parallel >= 1 && perSecond >= 0 && loops >= 1, "handshakes and loops must be counted from 1");
            require(roomPrefix.matches("[A-Za-z0-9][A-Za-z0-9_.:-]{0,40}"), "the prefix must begin a room's name");
        }
    }

    /** Ten members in one room, ten messages a second, for ten seconds. */
    public static BenchPlan against(List<String> urls) {
        require(
                !urls.isEmpty() && urls.size() <= TimestampMarker.MAX_ADDRESSES,
                "there must be 1 to " + TimestampMarker.MAX_ADDRESSES + " addresses");
        return new BenchPlan(
                urls.stream().map(ServerAddress::of).toList(),
                new Population(1, 10, 1, 1),
                new Open(10, 200),
                new Phases(2_000, 10_000, 5_000),
                new Dialling(32, 0, 1, "bench-", Optional.empty()),
                List.of());
    }

    public BenchPlan withPopulation(int rooms, int members, int senders) {
        return withPopulation(new Population(rooms, members, senders, population.joins()));
    }

    public BenchPlan withPopulation(Population value) {
        return new BenchPlan(servers, value, load, phases, dialling, processes);
    }

    public BenchPlan withLoad(Load value) {
        return new BenchPlan(servers, population, value, phases, dialling, processes);
    }

    public BenchPlan withPhases(long warmupMs, long durationMs, long drainMs) {
        return new BenchPlan(servers, population, load, new Phases(warmupMs, durationMs, drainMs), dialling, processes);
    }

    public BenchPlan withDialling(Dialling value) {
        return new BenchPlan(servers, population, load, phases, value, processes);
    }

    public BenchPlan withProcesses(List<Long> value) {
        return new BenchPlan(servers, population, load, phases, dialling, value);
    }

    private static void requireSize(int size) {
        require(size >= TimestampMarker.LENGTH && size <= 1_000, "a message must have 16 to 1,000 characters");
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException(message);
        }
    }
}
