package dev.portcullis.rooms.directory;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import dev.portcullis.store.redis.RedisStore;
import dev.portcullis.store.redis.Script;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.redis.MembershipPart;
import io.vertx.core.Future;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/** Rooms in Redis, each in the lane of its stream. */
public final class RedisRoomStore implements RoomStore {
    private static final long REDIS_CLOCK = 0;
    private static final String SHARED = "room";
    private static final byte[] NONE = {};

    private final RedisStore redis;
    private final LongSupplier clock;
    private final Script findScript;
    private final Script createScript;
    private final Script updateScript;
    private final Script putScript;
    private final Script removeScript;
    private final Script muteScript;
    private final Script deleteScript;
    private final Script listScript;

    public RedisRoomStore(RedisStore redis) {
        this(redis, () -> REDIS_CLOCK);
    }

    /** Takes another clock than the store's, for tests. */
    RedisRoomStore(RedisStore redis, LongSupplier clock) {
        this.redis = redis;
        this.clock = clock;
        this.findScript = script("find_room");
        this.createScript = script("create_room");
        this.updateScript = script("update_room");
        this.putScript = script("put_member");
        this.removeScript = script("remove_member");
        this.muteScript = script("mute_user");
        this.deleteScript = script("delete_room");
        this.listScript = script("list_members");
    }

    @Override
    public Future<RoomFacts> find(RoomId room, UserId user) {
        return redis.run(call(findScript, room).arg(clock.getAsLong()).arg(user.value()))
                .map(reply -> facts(room, reply));
    }

    @Override
    public Future<RoomChange> create(Room room, long notAfter) {
        return change(step(createScript, room.id(), notAfter)
                .key(MembershipPart.bars(StreamName.room(room.id())))
                .arg(RoomRow.encode(room))
                .arg(room.creator().value())
                .arg(MembershipRow.encode(room.founder())));
    }

    @Override
    public Future<RoomChange> update(Room before, Room after, Terms terms) {
        return change(
                step(updateScript, before.id(), terms.notAfter())
                        .arg(RoomRow.encode(before))
                        .arg(RoomRow.encode(after)),
                terms);
    }

    @Override
    public Future<RoomChange> putMember(RoomId room, Entrant entrant, Terms terms) {
        return change(
                step(putScript, room, terms.notAfter())
                        .key(MembershipPart.bars(StreamName.room(room)))
                        .arg(entrant.max())
                        .arg(entrant.user().value())
                        .arg(MembershipRow.encode(entrant.membership()))
                        .arg(entrant.liftsBar() ? 1 : 0),
                terms);
    }

    @Override
    public Future<RoomChange> removeMember(RoomId room, UserId user, Terms terms) {
        return change(step(removeScript, room, terms.notAfter()).arg(user.value()), terms);
    }

    @Override
    public Future<RoomChange> mute(RoomId room, Mute mute, Terms terms) {
        return change(
                step(muteScript, room, terms.notAfter())
                        .arg(mute.forMs())
                        .arg(mute.max())
                        .arg(mute.user().value()),
                terms);
    }

    @Override
    public Future<RoomChange> delete(RoomId room, UserId by, Terms terms) {
        return delete(room, by, terms, false);
    }

    @Override
    public Future<RoomChange> deleteLeft(RoomId room, UserId last, Terms terms) {
        return delete(room, last, terms, true);
    }

    private Future<RoomChange> delete(RoomId room, UserId by, Terms terms, boolean alone) {
        return change(
                step(deleteScript, room, terms.notAfter())
                        .arg(DELETED_MS)
                        .arg(by.value())
                        .arg(alone ? 1 : 0),
                terms);
    }

    @Override
    public Future<List<Member>> members(RoomId room, Optional<UserId> after, int limit) {
        return redis.run(call(listScript, room)
                        .arg(after.map(UserId::value).orElse(""))
                        .arg(limit))
                .map(reply -> {
                    List<Member> members = new ArrayList<>();
                    for (int i = 0; i < reply.size(); i += 2) {
                        Membership membership =
                                MembershipRow.decode(bytes(reply.get(i + 1))).orElseThrow();
                        members.add(new Member(new UserId(reply.get(i).toString()), membership));
                    }
                    return members;
                });
    }

    private static RoomFacts facts(RoomId room, Response reply) {
        String row = reply.get(0).toString();
        String muted = reply.get(3).toString();
        byte[] membership = bytes(reply.get(2));
        return new RoomFacts(
                row.isEmpty() ? Optional.empty() : Optional.of(RoomRow.decode(room, row)),
                reply.get(1).toBoolean(),
                MembershipRow.decode(membership.length == 0 ? null : membership),
                muted.isEmpty() ? Optional.empty() : Optional.of(Long.valueOf(muted)),
                false,
                reply.get(4).toBoolean());
    }

    private static byte[] bytes(Response part) {
        byte[] bytes = part.toBytes();
        return bytes == null ? NONE : bytes;
    }

    private Future<RoomChange> change(Script.Call call, Terms terms) {
        terms.conditions()
                .forEach(condition -> call.arg(condition.user().value())
                        .arg(condition.membership().map(MembershipRow::encode).orElse(NONE)));
        return change(call);
    }

    private Future<RoomChange> change(Script.Call call) {
        return redis.run(call).map(reply -> RoomChange.of(reply.toString()));
    }

    private Script script(String name) {
        return redis.script(RedisRoomStore.class, SHARED, name);
    }

    /** A call that changes something begins with the time, and with the latest one of the change. */
    private Script.Call step(Script script, RoomId room, long notAfter) {
        return call(script, room).arg(clock.getAsLong()).arg(notAfter);
    }

    private static Script.Call call(Script script, RoomId room) {
        return RedisMemberships.keysOf(script.call(), room);
    }
}
