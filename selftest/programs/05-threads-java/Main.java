public class Main {
  public static void main(String[] args) {
    while (true) {
      new Thread(() -> {
        try {
          Thread.sleep(1_000_000);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }).start();
    }
  }
}
