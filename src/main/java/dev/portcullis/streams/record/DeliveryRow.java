package dev.portcullis.streams.record;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The progress of an inbox's delivery. The same rules are in delivery.lua.
 *
 * @param acknowledged the highest seq that any device acknowledged
 * @param devices the devices with a position of their own
 */
public record DeliveryRow(long acknowledged, List<Device> devices) {
    public static final DeliveryRow NOTHING = new DeliveryRow(0, List.of());

    /** @param usedAt the store time at which the device was last seen */
    public record Device(String id, long acknowledged, long usedAt) {}

    /** The seq up to which this device has everything; without a device, the user. */
    public long of(Optional<String> device) {
        return device.flatMap(this::find).map(Device::acknowledged).orElse(acknowledged);
    }

    /** The record once this device was seen. An unknown device begins where its user is. */
    public DeliveryRow seen(Optional<String> device, long now, int most) {
        return device.map(id -> with(new Device(id, of(device), now), most)).orElse(this);
    }

    /** The record once a device acknowledged up to {@code seq}. A position never moves back. */
    public DeliveryRow acknowledgedBy(Optional<String> device, long seq, long now, int most) {
        DeliveryRow seen = seen(device, now, most);
        long acknowledged = Math.max(seq, seen.acknowledged);
        return device.map(id -> new DeliveryRow(acknowledged, seen.devices)
                        .with(new Device(id, Math.max(seq, seen.of(device)), now), most))
                .orElse(new DeliveryRow(acknowledged, seen.devices));
    }

    /** The record of an inbox that has no higher seq. */
    public DeliveryRow within(long head) {
        return new DeliveryRow(
                Math.min(acknowledged, head),
                devices.stream()
                        .map(each -> new Device(each.id(), Math.min(each.acknowledged(), head), each.usedAt()))
                        .toList());
    }

    private Optional<Device> find(String id) {
        return devices.stream().filter(each -> each.id().equals(id)).findFirst();
    }

    private DeliveryRow with(Device device, int most) {
        List<Device> others = new ArrayList<>(devices);
        others.removeIf(each -> each.id().equals(device.id()));
        others.sort(Comparator.comparingLong(Device::usedAt).thenComparing(Device::id));
        List<Device> all = new ArrayList<>(others.subList(Math.max(0, others.size() + 1 - most), others.size()));
        all.add(device);
        return new DeliveryRow(acknowledged, List.copyOf(all));
    }

    public byte[] encode() {
        RowWriter row = new RowWriter(64).number(acknowledged).number(devices.size());
        devices.forEach(each -> row.text(each.id()).number(each.acknowledged()).number(each.usedAt()));
        return row.end();
    }

    public static DeliveryRow decode(byte @Nullable [] bytes) {
        if (bytes == null) {
            return NOTHING;
        }
        RowReader row = new RowReader(bytes);
        long acknowledged = row.number();
        List<Device> devices = new ArrayList<>();
        for (long left = row.number(); left > 0; left--) {
            devices.add(new Device(row.text(), row.number(), row.number()));
        }
        return new DeliveryRow(acknowledged, List.copyOf(devices));
    }
}
