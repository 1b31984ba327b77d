import { TencentProvider } from '../../tencent/plugin.ts';

// `sls` takes what the module is for the plugin itself.
module.exports = TencentProvider;
