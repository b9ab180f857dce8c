package dev.portcullis.audit;

import dev.portcullis.protocol.ClientAction;
import dev.portcullis.protocol.CloseCode;
import dev.portcullis.protocol.Reason;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.UserId;
import io.netty.util.NetUtil;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One event with the fields that apply to it. */
public final class AuditEvent {
    /** Clients choose the text of an Origin or a resource, so it is cut. */
    private static final int LONGEST = 256;

    /** Begins a resource that is an address or a range of addresses. */
    private static final String ADDRESS_RESOURCE = "ip:";

    private static final int IPV6_BYTES = 16;

    private final EventName name;
    private final @Nullable Entry newest;

    /**
     * A field, in front of those that were set before: most events of a flood are only counted, so a map of their fields
     * is made where one is written.
     */
    private record Entry(
            AuditField field, Object value, @Nullable Entry earlier) {}

    /** The fields of an event. A closed set, so that no token and no message text gets into the log as a field. */
    public enum AuditField {
        REQUEST_ID("requestId"),
        USER_ID("userId"),
        SESSION_ID("sessionId"),
        IP("ip"),
        ORIGIN("origin"),
        ACTION("action"),
        RESOURCE("resource"),
        REASON("reason"),
        DETAIL("detail"),
        SCOPE("scope"),
        CODE("code"),
        DURATION_MS("durationMs"),
        MESSAGE_COUNT("messageCount"),
        COUNT("count"),
        DIGEST("digest");

        private final String id;

        AuditField(String id) {
            this.id = id;
        }

        public String id() {
            return id;
        }
    }

    private AuditEvent(EventName name, @Nullable Entry newest) {
        this.name = name;
        this.newest = newest;
    }

    public static AuditEvent of(EventName name) {
        return new AuditEvent(name, null);
    }

    public EventName name() {
        return name;
    }

    public AuditEvent requestId(String id) {
        return with(AuditField.REQUEST_ID, id);
    }

    public AuditEvent user(UserId user) {
        return with(AuditField.USER_ID, user.value());
    }

    public AuditEvent session(String sessionId) {
        return with(AuditField.SESSION_ID, sessionId);
    }

    public AuditEvent ip(String address) {
        return with(AuditField.IP, address);
    }

    public AuditEvent origin(String origin) {
        return with(AuditField.ORIGIN, cut(origin));
    }

    public AuditEvent action(ClientAction action) {
        return with(AuditField.ACTION, action.id());
    }

    public AuditEvent resource(String resource) {
        return with(AuditField.RESOURCE, cut(resource));
    }

    /** @param id from one of our enums of reasons */
    public AuditEvent reason(String id) {
        return with(AuditField.REASON, id);
    }

    /** @param id from one of our enums: the part of the reason that only operators see */
    public AuditEvent detail(String id) {
        return with(AuditField.DETAIL, id);
    }

    /** @param text of the configuration, without its secrets */
    public AuditEvent setting(String text) {
        return with(AuditField.DETAIL, cut(text));
    }

    /** The reason of a refusal, the scope of the limit if it was one, and which rule forbids it if the answer says that. */
    public AuditEvent refused(Rejection why) {
        AuditEvent event = reason(why.id());
        return why.fold(
                limited -> event.with(
                        AuditField.SCOPE,
                        limited.scope().id() + "/" + limited.window().id()),
                failed -> failed.reason() == Reason.FORBIDDEN
                        ? failed.details().stream()
                                .findFirst()
                                .map(detail -> event.detail(detail.rule()))
                                .orElse(event)
                        : event);
    }

    public AuditEvent code(CloseCode code) {
        return code(code.code());
    }

    /** The close code and reason with which this node closes a connection. */
    public AuditEvent closed(CloseCode code) {
        return reason(code.id()).code(code.code());
    }

    /** A close code that a peer sent, or an HTTP status. */
    public AuditEvent code(int code) {
        return with(AuditField.CODE, code);
    }

    public AuditEvent durationMs(long millis) {
        return with(AuditField.DURATION_MS, millis);
    }

    public AuditEvent messageCount(long count) {
        return with(AuditField.MESSAGE_COUNT, count);
    }

    /** @param sha256 of what this event vouches for, in hexadecimal digits */
    public AuditEvent digest(String sha256) {
        return with(AuditField.DIGEST, sha256);
    }

    AuditEvent withAddress(UnaryOperator<String> change) {
        AuditEvent changed = text(AuditField.IP)
                .map(address -> with(AuditField.IP, change.apply(address)))
                .orElse(this);
        return text(AuditField.RESOURCE)
                .filter(resource -> resource.startsWith(ADDRESS_RESOURCE))
                .map(resource -> changed.with(
                        AuditField.RESOURCE,
                        ADDRESS_RESOURCE + change.apply(resource.substring(ADDRESS_RESOURCE.length()))))
                .orElse(changed);
    }

    /** Every line has a request id, also an event without a refusal that a client saw. */
    AuditEvent withRequestId() {
        return find(AuditField.REQUEST_ID).isPresent() ? this : requestId(RequestId.next());
    }

    AuditEvent count(long repeats) {
        return with(AuditField.COUNT, repeats);
    }

    public Map<AuditField, Object> fields() {
        Map<AuditField, Object> fields = new EnumMap<>(AuditField.class);
        for (Entry each = newest; each != null; each = each.earlier) {
            fields.putIfAbsent(each.field, each.value);
        }
        return Collections.unmodifiableMap(fields);
    }

    /** The key by which repeats are aggregated: the user, else the address (of IPv6 the network). */
    String source() {
        return text(AuditField.USER_ID)
                .or(() -> text(AuditField.IP).map(AuditEvent::network))
                .orElse("");
    }

    /** One host can use all addresses of a /64. */
    private static String network(String address) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        return bytes == null || bytes.length < IPV6_BYTES
                ? address
                : HexFormat.of().formatHex(bytes, 0, IPV6_BYTES / 2);
    }

    String reason() {
        return text(AuditField.REASON).orElse("");
    }

    String detail() {
        return text(AuditField.DETAIL).orElse("");
    }

    private Optional<String> text(AuditField field) {
        return find(field).map(String::valueOf);
    }

    private Optional<Object> find(AuditField field) {
        for (Entry each = newest; each != null; each = each.earlier) {
            if (each.field == field) {
                return Optional.of(each.value);
            }
        }
        return Optional.empty();
    }

    private AuditEvent with(AuditField field, Object value) {
        return new AuditEvent(name, new Entry(field, value, newest));
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
    }
}
