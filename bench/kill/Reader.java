import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic with Kafka's own consumer, read_committed, and holds the headers evergen-id against what must be there: nothing of it is evergen's code.
 * Arguments: bootstrap servers, topic, job/run/stream, number of shards, and a file with the events of each batch, one number a line.
 * Prints one line of JSON.
 */
public final class Reader {
  public static void main(String[] args) throws IOException {
    String prefix = args[2] + "/";
    int shards = Integer.parseInt(args[3]);
    long[] begins = begins(Files.readAllLines(Path.of(args[4])));
    int batches = begins.length - 1;
    long expected = begins[batches];
    BitSet seen = new BitSet((int) expected);
    Map<Integer, long[]> last = new HashMap<>();
    long records = 0, duplicated = 0, outOfOrder = 0, foreign = 0;

    Properties settings = new Properties();
    settings.put("bootstrap.servers", args[0]);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    settings.put("key.deserializer", ByteArrayDeserializer.class.getName());
    settings.put("value.deserializer", ByteArrayDeserializer.class.getName());
    try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(settings)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(args[1]).stream().map(one -> new TopicPartition(one.topic(), one.partition())).toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        for (var record : consumer.poll(Duration.ofMillis(500))) {
          records++;
          Header header = record.headers().lastHeader("evergen-id");
          String id = header == null ? "" : new String(header.value());
          if (!id.startsWith(prefix)) {
            foreign++;
            continue;
          }
          String[] numbers = id.substring(prefix.length()).split("/");
          int batch = Integer.parseInt(numbers[0]);
          long event = Long.parseLong(numbers[1]);
          if (batch >= batches || begins[batch] + event >= begins[batch + 1]) {
            foreign++;
            continue;
          }
          int place = (int) (begins[batch] + event);
          long[] before = last.computeIfAbsent(record.partition(), any -> filled(shards));
          if (seen.get(place)) duplicated++;
          else if (place <= before[batch % shards]) outOfOrder++;
          seen.set(place);
          before[batch % shards] = Math.max(before[batch % shards], place);
        }
      }
    }
    long lost = expected - seen.cardinality();
    System.out.printf(
        "{\"records\":%d,\"expected\":%d,\"lost\":%d,\"duplicated\":%d,\"out_of_order\":%d,\"foreign\":%d}%n",
        records, expected, lost, duplicated, outOfOrder, foreign);
  }

  /** Where each batch begins in a count of all events; last, how many there are. */
  private static long[] begins(List<String> counts) {
    long[] begins = new long[counts.size() + 1];
    for (int batch = 0; batch < counts.size(); batch++) begins[batch + 1] = begins[batch] + Long.parseLong(counts.get(batch));
    return begins;
  }

  private static long[] filled(int length) {
    long[] values = new long[length];
    java.util.Arrays.fill(values, -1);
    return values;
  }
}
