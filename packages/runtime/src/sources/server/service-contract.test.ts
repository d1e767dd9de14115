import { startConfigService } from "../../testing/config-service.ts";
import { describeConfigService } from "../../testing/service-contract.ts";

describeConfigService("the service in memory", async () => {
  const service = await startConfigService();
  return {
    url: service.url,
    publish: async (value) => service.publish(value),
    reportOf: async (instance) => service.reports.findLast((report) => report.instance === instance)?.report,
    close: () => service.close(),
  };
});
