import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * All committed records of a topic, by Kafka's own consumer: nothing of it is evergen's code. Arguments: bootstrap servers, topic.
 * Prints a line a record: its value, a tab, its key, and its headers.
 */
public final class Committed {
  public static void main(String[] args) {
    List<TopicPartition> partitions;
    Map<TopicPartition, Long> ends;
    // Where the log ends, not where readers may read: what was acknowledged a moment ago is waited for.
    try (KafkaConsumer<String, String> all = new KafkaConsumer<>(settings(args[0], "read_uncommitted"))) {
      partitions = all.partitionsFor(args[1]).stream().map(one -> new TopicPartition(one.topic(), one.partition())).toList();
      ends = all.endOffsets(partitions);
    }
    StringBuilder lines = new StringBuilder();
    try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(settings(args[0], "read_committed"))) {
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      while (partitions.stream().anyMatch(one -> consumer.position(one) < ends.get(one))) {
        for (var record : consumer.poll(Duration.ofMillis(500))) {
          lines.append(record.value()).append('\t').append(record.key());
          for (Header header : record.headers()) lines.append(' ').append(header.key()).append('=').append(new String(header.value()));
          lines.append('\n');
        }
      }
    }
    System.out.print(lines);
  }

  private static Properties settings(String bootstrap, String isolation) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("isolation.level", isolation);
    settings.put("enable.auto.commit", "false");
    settings.put("auto.offset.reset", "earliest");
    settings.put("key.deserializer", StringDeserializer.class.getName());
    settings.put("value.deserializer", StringDeserializer.class.getName());
    return settings;
  }
}
