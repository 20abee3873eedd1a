package sample

import "strings"

// words are the short lists that names and texts are made of.
type words struct {
	surnames, given                         []string
	brandA, brandB, industries, companyEnds []string
	segments, sources, products             []string
	lostReasons, competitors                []string
	notes, oddNotes                         []string
	points, purposes                        []string
	caseKinds                               []string
}

func newWords() *words {
	return &words{
		surnames: strings.Fields("王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 林 高 罗 郑 梁 谢 宋 唐 许 韩 冯 邓 曹 彭 曾 肖 田 董 袁 潘 蔡 蒋 余"),
		given: strings.Fields("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 涛 明 超 霞 平 刚 玲 建国 志强 海燕 晓东 佳怡 子轩 雨桐 浩然 思远 文博 " +
			"嘉欣 俊杰 欣怡 天宇 美琪 家豪 雪梅 春生 国庆 桂英 立新 小龙 晨曦 一鸣 梓涵 博文 若琳 振华 永康 爱民"),
		brandA:     strings.Fields("恒 华 瑞 鑫 盛 宏 金 天 永 博 联 众 德 信 佳 诚 安 泰 东 新 远 光 海 汇 明 康 凯 立 正 嘉"),
		brandB:     strings.Fields("达 泰 丰 源 通 力 科 兴 隆 旺 邦 创 诺 腾 捷 润 辉 宇 锐 合 美 为 成 峰 利 发 航 富 元 顺"),
		industries: strings.Fields("机械 电子 五金 服装 食品 物流 化工 建材 医疗 软件 教育 餐饮"),
		companyEnds: strings.Fields("有限公司 有限责任公司 股份有限公司 " +
			"有限公司 有限公司 有限公司"),
		segments:    strings.Fields("小微 小微 小微 中型 中型 大型"),
		sources:     strings.Fields("陌拜 转介绍 展会 官网 电话 公海"),
		products:    strings.Fields("基础版 标准版 标准版 专业版"),
		lostReasons: strings.Fields("价格 竞争对手 无预算 需求取消 决策拖延 服务顾虑"),
		competitors: strings.Fields("甲友商 乙友商 丙友商 丁友商"),
		notes: strings.Fields("老板在场，对方案认可 采购经理接待，要求报价 已演示产品，约下周再谈 关注售后响应速度 预算年底前确定 " +
			"对比友商报价中 负责人出差，留下资料 希望先试用 要求提供同行案例 讲了服务内容，无明显异议 介绍了老客户案例 下次带技术同事"),
		oddNotes: []string{
			"要求折扣, 报价, 付款条件再谈",
			"客户原话:\"太贵了\", 需要再算一遍",
			"第一点: 价格\n第二点: 服务\n第三点: \"周期\"",
		},
		points:    strings.Fields("开场白 需求挖掘 异议处理 促成 上网演示 预约下次 介绍服务 时间管理"),
		purposes:  strings.Fields("提升技能 重塑信心"),
		caseKinds: strings.Fields("服务响应 产品质量 账单 培训"),
	}
}

// cities lists the areas of each region in the order in which they are opened.
func cities() []struct {
	region string
	weight int
	names  []string
} {
	type row = struct {
		region string
		weight int
		names  []string
	}
	return []row{
		{"华东", 28, strings.Fields("上海 杭州 苏州 南京 宁波 无锡 合肥 济南 青岛 温州 常州 嘉兴 南通 绍兴 金华 台州 徐州 厦门 福州 泉州")},
		{"华南", 22, strings.Fields("广州 深圳 东莞 佛山 中山 惠州 珠海 南宁 海口 汕头 江门 柳州")},
		{"华北", 15, strings.Fields("北京 天津 石家庄 太原 唐山 保定 廊坊 呼和浩特 沧州 邯郸")},
		{"华中", 12, strings.Fields("武汉 长沙 郑州 南昌 洛阳 宜昌 襄阳 株洲 新乡")},
		{"西南", 10, strings.Fields("成都 重庆 昆明 贵阳 绵阳 遵义 宜宾 曲靖")},
		{"西北", 6, strings.Fields("西安 兰州 乌鲁木齐 银川 西宁 咸阳")},
		{"东北", 7, strings.Fields("沈阳 大连 长春 哈尔滨 鞍山 吉林")},
	}
}

// numeral writes 1 … 99 in Chinese.
func numeral(n int) string {
	digits := []string{"", "一", "二", "三", "四", "五", "六", "七", "八", "九"}
	switch {
	case n < 10:
		return digits[n]
	case n < 20:
		return "十" + digits[n-10]
	}
	return digits[n/10%10] + "十" + digits[n%10]
}

func (w *words) person(d dice) string { return pick(d, w.surnames) + pick(d, w.given) }
